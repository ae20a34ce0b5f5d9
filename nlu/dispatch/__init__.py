"""Who handles what at one site, learned from that site's own tickets. The model stays there and is never shipped."""
