"""How the window looks and speaks: icons, theme, images, languages, error sentences."""
