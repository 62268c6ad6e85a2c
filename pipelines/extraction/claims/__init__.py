"""Claims out of recognised spans: what is measured, whose it is, when it holds, who says so, who supplies whom."""
