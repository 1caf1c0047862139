/** Shell completion for all commands, one file a shell, from the option tables. */
export { bashCompletion } from "./completion-bash.js";
export { fishCompletion } from "./completion-fish.js";
export { zshCompletion } from "./completion-zsh.js";
