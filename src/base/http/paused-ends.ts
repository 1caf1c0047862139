import type { Socket } from "node:net";

/** What of undici's parser is looked at. */
interface Parser {
  /** Nobody takes the body at the moment. */
  paused: boolean;
  /** Goes on with what is there; paused again where the end of the body is not among it. */
  resume(): void;
  readonly ptr: number;
  readonly llhttp: { llhttp_resume(ptr: number): void };
}

/**
 * Lets the other side end a connection, or break it off, while nobody takes the body: the parser of undici 7 takes that
 * for a bug of its own and ends the process (nodejs/undici#5360; mended in version 8, which wants Node 22). Whatever has
 * arrived is given on before the end.
 */
export function endWhilePaused(socket: Socket): void {
  const emit = socket.emit.bind(socket) as (event: string | symbol, ...rest: unknown[]) => boolean;
  const say = (event: string | symbol, ...rest: unknown[]): boolean => {
    if (event !== "end" && event !== "error") return emit(event, ...rest);
    const parser = parserOf(socket);
    if (!parser?.paused) return emit(event, ...rest);
    if (event === "error") return emit(event, brokenOff(rest[0]));
    goOn(parser);
    return emit(event, ...rest);
  };
  socket.emit = say as Socket["emit"];
}

/** Gives on all that has come, and makes the parser ready to hear that nothing more will. */
function goOn(parser: Parser): void {
  parser.resume();
  if (!parser.paused) return;
  parser.llhttp.llhttp_resume(parser.ptr);
  parser.paused = false;
}

function parserOf(socket: Socket): Parser | undefined {
  const name = Object.getOwnPropertySymbols(socket).find(({ description }) => description === "parser");
  return (name && Reflect.get(socket, name)) ?? undefined;
}

/** After ECONNRESET the parser would look whether the answer is whole, which it cannot while it is paused. */
function brokenOff(cause: unknown): Error {
  return Object.assign(new Error("the connection broke off", { cause }), { code: "ECONNABORTED" });
}
