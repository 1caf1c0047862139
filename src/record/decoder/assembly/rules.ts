import { append, append8, appendOwn } from "../../../base/wasm/assembly/bytes";
import * as text from "../../../base/wasm/assembly/text";
import { appendWord, wordOf } from "../../../base/wasm/assembly/text";
import { LineField, Media, Question, Role } from "../shared";
import { makeIdentifier } from "./identifier";
import { Entry, interned } from "./interned";
import { hasMedia, hasRawLicense, hasSlash, licenseEnd, licenseStart, media as given } from "./line";
import { addressOf, definition, inRole, members, State, Value, valueIn } from "./members";
import { setField } from "./result";
import { scratch } from "./scratch";
import { repeated, unwanted } from "./tags";

/** The rules that concern several columns. False where the record is left to `cleanRecord`. */
export function complete(): bool {
  let hasImage = false;
  let hasAudio = false;
  for (let member = 0; member < members; member++) {
    const column = definition(member);
    const isThere = valueIn(member).state >= State.line;
    if (!isThere && column.isRequired) return false;
    if (isThere && column.media === Media.image) hasImage = true;
    if (isThere && column.media === Media.audio) hasAudio = true;
  }
  const media: i32 = hasMedia ? given : hasAudio ? Media.audio : Media.image;
  if (media === Media.image ? hasAudio : hasImage) return false;

  const ofProvider = answerAbout(Question.provider, inRole(Role.provider));
  // The lowest bit says whether its URLs keep a slash at their end.
  if (ofProvider.value < 0 || (hasSlash && (ofProvider.value & 1) === 0)) return false;
  setField(LineField.provider, ofProvider.value >> 1);
  fillText(Role.category, ofProvider.text, ofProvider.textLength);
  copyMissing(Role.source, Role.provider);
  const ofSource = answerAbout(Question.source, inRole(Role.source));
  if (ofSource.value < 0) return false;
  setField(LineField.source, ofSource.value);
  fillText(Role.ingestion_type, ofSource.text, ofSource.textLength);
  if (!completeLicense() || !completeFiletype(media)) return false;
  const watermarked = inRole(Role.watermarked);
  if (watermarked.state <= State.null) {
    watermarked.isFilled = true;
    watermarked.state = State.number;
    watermarked.number = 0;
  }
  makeIdentifier();
  setField(LineField.media, media);
  setField(LineField.unwanted, unwanted);
  setField(LineField.repeated, repeated);
  return true;
}

function answerAbout(question: Question, value: Value): Entry {
  return interned(question, addressOf(value), value.length);
}

/** Gives a column that has no value a text, where there is one. */
function fillText(role: Role, text: usize, length: usize): void {
  const value = inRole(role);
  if (value.state > State.null || length === 0) return;
  value.isFilled = true;
  value.state = State.scratch;
  value.start = scratch.used;
  value.length = length;
  append(scratch, text, length);
}

function copyMissing(role: Role, from: Role): void {
  const value = inRole(role);
  const other = inRole(from);
  if (value.state > State.null) return;
  value.isFilled = true;
  value.state = other.state;
  value.start = other.start;
  value.length = other.length;
}

function appendValue(value: Value): void {
  if (value.state === State.scratch) appendOwn(scratch, value.start, value.length);
  else append(scratch, value.start, value.length);
}

const LICENSE_URL = wordOf('"license_url":');
const NO_RAW_LICENSE = wordOf(',"raw_license_url":null}');

/** The licence is known, and `meta_data` says where it is written down. */
function completeLicense(): bool {
  const question: usize = scratch.used;
  appendValue(inRole(Role.license));
  append8(scratch, text.LF);
  appendValue(inRole(Role.license_version));
  append8(scratch, text.LF);
  if (licenseEnd > 0) append(scratch, licenseStart, licenseEnd - licenseStart);
  const facts = interned(Question.license, scratch.at + question, scratch.used - question);
  if (facts.value < 0) return false;
  setField(LineField.license, facts.value);
  const metaData = inRole(Role.meta_data);
  const isThere = metaData.state >= State.line;
  if (isThere && licenseEnd > 0 && hasRawLicense) return true;
  const start: usize = scratch.used;
  if (isThere) {
    metaData.length--;
    appendValue(metaData);
  } else append8(scratch, text.OPEN_OBJECT);
  if (licenseEnd === 0) {
    if (isThere) append8(scratch, text.COMMA);
    appendWord(scratch, LICENSE_URL);
    append(scratch, facts.text, facts.textLength);
  }
  if (hasRawLicense) append8(scratch, text.CLOSE_OBJECT);
  else appendWord(scratch, NO_RAW_LICENSE);
  metaData.state = State.scratch;
  metaData.start = start;
  metaData.length = scratch.used - start;
  return true;
}

/** Longer than every extension that is known, with its dot. */
const LONGEST_EXTENSION: usize = 8;

/** A filetype that has another name is left to `cleanRecord`; one that is not given is taken from the URL. */
function completeFiletype(media: i32): bool {
  const filetype = inRole(Role.filetype);
  if (filetype.state > State.null) return answerAbout(Question.image_filetype + media - Media.image, filetype).value !== 0;
  const url = inRole(Role.url);
  const end = pathEnd(url.start, url.start + url.length);
  let dot = end - 1;
  while (
    dot > url.start &&
    dot + LONGEST_EXTENSION >= end &&
    load<u8>(dot) !== text.DOT &&
    load<u8>(dot) !== text.SLASH
  )
    dot--;
  if (load<u8>(dot) !== text.DOT) return true;
  const facts = interned(Question.image_extension + media - Media.image, dot, end - dot);
  fillText(Role.filetype, facts.text, facts.textLength);
  return true;
}

/** Where the path of a URL ends: before its query or fragment. */
function pathEnd(start: usize, end: usize): usize {
  for (let i = start; i < end; i++) {
    const byte = load<u8>(i);
    if (byte === text.QUERY || byte === text.FRAGMENT) return i;
  }
  return end;
}
