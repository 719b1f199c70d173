"""The builder: from a model's configuration to a torch module, and to the figures people decide on."""
