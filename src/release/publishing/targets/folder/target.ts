import { basename } from "node:path";
import type { Target } from "../target.js";

const OPTIONS = [{ flags: "--replace", description: "replace an older result in that folder" }] as const;

export const FOLDER: Target<typeof OPTIONS> = {
  scheme: "folder",
  form: "folder:DIR",
  description: "a folder on this machine, made whole or not at all",
  service: "folders",
  credentials: "none",
  options: OPTIONS,
  refuses: { "--keep-releases": "a folder holds one release, and the next one takes its place" },
  mistake: "does not name a folder; write it as folder:build/dataset",
  parse: (folder) => {
    // A folder is made beside its name and renamed: these have no name of their own.
    if (["", ".", ".."].includes(basename(folder))) return undefined;
    return async (options) => {
      const { FolderDestination } = await import("./destination.js");
      return new FolderDestination({ ...options, folder });
    };
  },
};
