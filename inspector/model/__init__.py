"""What a register is: maps, regions, registers, fields, access semantics, decoding, composing.

Pure data: no input or output, no YAML, no screen.
"""
