/** Anything JSON can hold. */
export type Json = null | boolean | number | string | Json[] | JsonObject;
/** A JSON object; the members of a parsed line are not checked yet. */
export interface JsonObject {
  [member: string]: Json | undefined;
}
