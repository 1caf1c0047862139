/**
 * For tests: loaded before a command, it makes the clock run a thousand times as fast. Waits take as long as ever.
 */
const began = Date.now();
const now = Date.now;
Date.now = () => began + (now() - began) * 1000;
