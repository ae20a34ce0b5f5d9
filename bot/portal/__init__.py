"""The community's portal (第三十二条): regulations, services and a search over both, as pages that work everywhere."""
