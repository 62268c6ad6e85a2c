"""supply-briefs: Traditional-Chinese supply-chain news, read into a warehouse that analysts trust."""

__version__ = "0.1.0"
