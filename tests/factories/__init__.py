"""Writers of tiny model folders in the formats of their upstreams; nothing here is a trained model."""
