"""What several suites use: a live server, small DL3 folders, external tools."""
