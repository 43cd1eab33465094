"""What every layer above needs of files: inputs, documents in them, outputs, and reports of what goes on."""
