"""A catalog of every configuration parameter of Hugging Face transformers."""
