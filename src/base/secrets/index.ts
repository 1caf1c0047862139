export {
  holdSecretsOf,
  isSecretName,
  readSecret,
  readSecretFileIfThere,
  redactAddresses,
  refuseUserInfo,
  secretOf,
  wordOf,
} from "./credentials.js";
export { decodedParameter, decodedPart } from "./escapes.js";
export { beginningWithout, heldSecrets, holdSecrets, Secrets } from "./secrets.js";
