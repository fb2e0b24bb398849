"""What several tests share: servers, a browser, axe."""
