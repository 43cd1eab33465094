"""The type of pieces of text: bytes that readers yield and tokenisers and encoders take, cut anywhere."""

Piece = bytes | bytearray | memoryview
