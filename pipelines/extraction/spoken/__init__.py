"""Numbers as they are spoken or calculated with, which news does not measure by: 三又十分之一, 十塊三毛, 一個半小時, 三米九, 2e5.

Only the recogniser on its own reads them (contract section 8); claims are read from quantities alone.
"""
