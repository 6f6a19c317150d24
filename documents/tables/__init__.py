"""Lists of documents and of what belongs to them, with their filters where nothing else uses those."""
