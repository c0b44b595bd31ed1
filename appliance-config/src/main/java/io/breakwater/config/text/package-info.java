/** What readers of every language share: places in files, and the problems found there. */
package io.breakwater.config.text;
