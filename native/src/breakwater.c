int bw_placeholder(void); int bw_placeholder(void) { return 0; }
