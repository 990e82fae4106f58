"""The Discord-facing side, a package a feature. Cogs parse, call one service method, and render."""
