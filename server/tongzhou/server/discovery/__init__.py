"""What crawlers, catalogues and feed readers fetch, made from the releases: VoID, DCAT, sitemap, feed, robots, llms.txt. Pure."""
