export { errorOf, type PlainFailure, plainFailure, refuseWithoutAddresses, startThread } from "./threads.js";
