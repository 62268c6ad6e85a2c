"""Pure text: briefs, spans, script, width, sentences, segmentation. Text in, frozen values out."""
