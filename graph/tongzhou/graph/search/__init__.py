"""Full-text search in a release: names and sentences, in Chinese by character, in English by stem, by pinyin."""
