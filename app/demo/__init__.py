"""The demo: invented groups in real territories, one order from wish to repair, told in the terminal."""
