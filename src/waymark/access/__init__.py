"""Who works where, in what role, on which case; and from that, who may see and do what."""
