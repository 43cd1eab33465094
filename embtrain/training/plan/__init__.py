"""Says what a training takes before it begins: vocabulary, memory, disk and time."""
