SELECT '' AS member, 0.15
