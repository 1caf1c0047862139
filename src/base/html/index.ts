export { escapedAt, htmlAt, readHtml, textOfEscaped, textOfHtml } from "./html.js";
