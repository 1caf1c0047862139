import { syncBuiltinESMExports } from "node:module";
import zlib from "node:zlib";

/** For `node --import`: hides zlib's own handle when it is looked at, as a Node that has another one would. */

function replace(createGunzip: typeof zlib.createGunzip): void {
  Object.defineProperty(zlib, "createGunzip", { value: createGunzip, configurable: true, enumerable: true });
  syncBuiltinESMExports();
}

const { createGunzip } = zlib;
replace(() => {
  replace(createGunzip);
  return {} as zlib.Gunzip;
});
