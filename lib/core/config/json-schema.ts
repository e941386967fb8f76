// The configuration schema as JSON Schema, for editors, the reference page and the wording of problems.

import * as z from 'zod';
import { watchConfigSchema } from './watch-config.ts';

/** A node of a JSON Schema, as far as this configuration uses the language. JSON Schema 2020-12. */
export interface SchemaNode {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly pattern?: string;
  readonly format?: string;
  readonly minLength?: number;
  readonly minItems?: number;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: SchemaNode | false;
  readonly propertyNames?: SchemaNode;
  readonly items?: SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
  readonly oneOf?: readonly SchemaNode[];
}

/** The configuration as JSON Schema (what may be written, before defaults are filled in). */
export function configurationJsonSchema(): SchemaNode {
  const converted = z.toJSONSchema(watchConfigSchema, {
    io: 'input',
    override: ({ jsonSchema }) => {
      // Kept under a name of our own until here, since zod drops `examples` of what is transformed.
      const { example } = jsonSchema as { example?: z.core.util.JSONType };
      if (example === undefined) return;
      delete (jsonSchema as { example?: unknown }).example;
      jsonSchema.examples = [example];
    },
  });
  return converted as SchemaNode;
}

let converted: SchemaNode | undefined;

/** The same for those who look into it often, as the wording of many problems does. */
function knownSchema(): SchemaNode {
  converted ??= configurationJsonSchema();
  return converted;
}

/** The nodes of the schema that a path leads to: several where a value may have several shapes. */
export function schemaNodesAt(
  path: readonly (string | number)[],
  root: SchemaNode = knownSchema(),
): readonly SchemaNode[] {
  return path.reduce<readonly SchemaNode[]>(
    (nodes, key) => nodes.flatMap((node) => shapesOf(childOf(node, key))),
    shapesOf(root),
  );
}

function childOf(node: SchemaNode, key: string | number): SchemaNode | undefined {
  if (typeof key === 'number') return node.items;
  const known = node.properties;
  if (known !== undefined && Object.hasOwn(known, key)) return known[key];
  return node.additionalProperties === false ? undefined : node.additionalProperties;
}

function shapesOf(node: SchemaNode | undefined): readonly SchemaNode[] {
  if (node === undefined) return [];
  return node.anyOf === undefined ? [node] : node.anyOf.flatMap(shapesOf);
}
