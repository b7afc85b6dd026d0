"""How a shot looks: kinds, layout, theme, type, animation."""
