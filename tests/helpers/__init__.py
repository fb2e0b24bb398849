"""What several tests share: servers, a browser, an audit of every page."""
