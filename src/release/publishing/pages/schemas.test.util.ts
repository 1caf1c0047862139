/** For tests: what the formats of the companion files ask for, written from their specifications. */

const text = { type: "string", minLength: 1 };
const sha256 = { type: "string", pattern: "^[0-9a-f]{64}$" };
const reference = { type: "object", required: ["@id"], properties: { "@id": text } };

/** Croissant 1.1: the properties that a dataset must have, and its files, sets of files, record sets and fields. */
export const CROISSANT_SCHEMA = {
  type: "object",
  required: [
    ...[
      "@context",
      "@type",
      "conformsTo",
      "name",
      "description",
      "license",
      "url",
      "creator",
      "datePublished",
    ],
    ...["version", "distribution", "recordSet"],
  ],
  properties: {
    "@context": { type: "object", required: ["@vocab", "cr", "sc", "conformsTo", "recordSet", "field"] },
    "@type": { const: "sc:Dataset" },
    conformsTo: { const: "http://mlcommons.org/croissant/1.1" },
    name: text,
    description: text,
    license: { type: "array", minItems: 1, items: text },
    url: { type: "string", format: "uri-reference" },
    creator: { type: "array", minItems: 1, items: { type: "object", required: ["@type", "name"] } },
    datePublished: { type: "string", format: "date" },
    distribution: {
      type: "array",
      minItems: 1,
      items: { oneOf: [{ $ref: "#/definitions/fileObject" }, { $ref: "#/definitions/fileSet" }] },
    },
    recordSet: {
      type: "array",
      minItems: 1,
      items: {
        type: "object",
        required: ["@type", "@id", "name", "field"],
        properties: {
          "@type": { const: "cr:RecordSet" },
          key: reference,
          field: { type: "array", minItems: 1, items: { $ref: "#/definitions/field" } },
        },
      },
    },
  },
  definitions: {
    fileObject: {
      type: "object",
      required: ["@type", "@id", "name", "contentUrl", "encodingFormat", "contentSize", "sha256"],
      properties: {
        "@type": { const: "cr:FileObject" },
        contentUrl: { type: "string", format: "uri-reference" },
        contentSize: { type: "string", pattern: "^\\d+ B$" },
        sha256,
      },
    },
    fileSet: {
      type: "object",
      required: ["@type", "@id", "includes", "encodingFormat"],
      properties: {
        "@type": { const: "cr:FileSet" },
        containedIn: reference,
        includes: text,
      },
    },
    field: {
      type: "object",
      required: ["@type", "@id", "name"],
      properties: {
        "@type": { const: "cr:Field" },
        dataType: {
          enum: ["sc:Text", "sc:Boolean", "sc:DateTime", "cr:Int32", "cr:Int64", "cr:Float64", "cr:Float32"],
        },
        isArray: { const: true },
        arrayShape: { type: "string" },
        source: {
          type: "object",
          required: ["extract"],
          // "Data Sources" of the specification: from some files, or from one.
          oneOf: [{ required: ["fileSet"] }, { required: ["fileObject"] }],
          properties: {
            fileSet: reference,
            fileObject: reference,
            extract: { type: "object", required: ["column"], properties: { column: text } },
            transform: { type: "object", required: ["jsonPath"] },
          },
          additionalProperties: false,
        },
        subField: { type: "array", minItems: 1, items: { $ref: "#/definitions/field" } },
      },
      // A field has values of its own or members that have.
      oneOf: [{ required: ["dataType", "source"] }, { required: ["subField"] }],
    },
  },
};

/** Data Package 2.0 with Table Schema. */
export const DATA_PACKAGE_SCHEMA = {
  type: "object",
  required: ["$schema", "name", "resources"],
  properties: {
    $schema: { const: "https://datapackage.org/profiles/2.0/datapackage.json" },
    name: { type: "string", pattern: "^[a-z0-9._/-]+$" },
    created: { type: "string", format: "date-time" },
    homepage: { type: "string", format: "uri" },
    contributors: { type: "array", minItems: 1, items: { type: "object", required: ["title"] } },
    licenses: {
      type: "array",
      minItems: 1,
      items: { type: "object", anyOf: [{ required: ["name"] }, { required: ["path"] }] },
    },
    resources: {
      type: "array",
      minItems: 1,
      items: {
        type: "object",
        required: ["name", "path", "bytes", "hash", "format", "mediatype", "schema"],
        properties: {
          name: { type: "string", pattern: "^[a-z0-9._/-]+$" },
          // Never absolute, never upwards.
          path: { type: "string", pattern: "^(?=^[^./~])(^((?!\\.{2}).)*$).*$" },
          bytes: { type: "integer", minimum: 1 },
          hash: { type: "string", pattern: "^sha256:[0-9a-f]{64}$" },
          schema: {
            type: "object",
            required: ["fields"],
            properties: {
              fields: {
                type: "array",
                minItems: 1,
                items: {
                  type: "object",
                  required: ["name", "type"],
                  properties: {
                    type: { enum: ["string", "integer", "number", "boolean", "datetime", "object", "array"] },
                  },
                },
              },
            },
          },
        },
      },
    },
  },
};

/** CITATION.cff 1.2.0: the members that we write, and no other. */
export const CITATION_SCHEMA = {
  type: "object",
  required: ["cff-version", "message", "title", "authors", "type", "version", "date-released"],
  additionalProperties: false,
  properties: {
    "cff-version": { const: "1.2.0" },
    message: text,
    type: { enum: ["dataset", "software"] },
    title: text,
    abstract: text,
    version: text,
    "date-released": { type: "string", format: "date" },
    url: { type: "string", format: "uri" },
    authors: {
      type: "array",
      minItems: 1,
      items: {
        oneOf: [
          {
            type: "object",
            required: ["family-names", "given-names"],
            properties: { "family-names": text, "given-names": text },
            additionalProperties: false,
          },
          { type: "object", required: ["name"], properties: { name: text }, additionalProperties: false },
        ],
      },
    },
  },
};
