"""The plain code against the native code; and references that both are compared with."""
