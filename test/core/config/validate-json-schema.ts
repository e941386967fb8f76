import type { SchemaNode } from '../../../lib/core/config/json-schema.ts';

const KNOWN = new Set([
  ...['$schema', 'title', 'description', 'default', 'examples', 'format', 'type', 'enum', 'const'],
  ...['minimum', 'maximum', 'minLength', 'minItems', 'pattern', 'items', 'properties', 'required'],
  ...['additionalProperties', 'propertyNames', 'anyOf', 'oneOf'],
]);

/**
 * Whether a value is valid against a JSON Schema, by the keywords that ours uses.
 *
 * Throws on any other keyword, so that none is passed over in silence. `format` is an annotation.
 */
export function isValid(node: SchemaNode, value: unknown): boolean {
  const unknown = Object.keys(node).filter((keyword) => !KNOWN.has(keyword));
  if (unknown.length > 0) throw new Error(`keywords that this test does not know: ${unknown}`);
  return (
    (node.type === undefined || isOfType(node.type, value)) &&
    (node.const === undefined || node.const === value) &&
    (node.enum === undefined || node.enum.includes(value)) &&
    (node.anyOf === undefined || node.anyOf.some((inner) => isValid(inner, value))) &&
    (node.oneOf === undefined ||
      node.oneOf.filter((inner) => isValid(inner, value)).length === 1) &&
    (typeof value !== 'number' || isInBounds(node, value)) &&
    (typeof value !== 'string' || isText(node, value)) &&
    (!Array.isArray(value) || isList(node, value)) &&
    (!isBlock(value) || isObject(node, value))
  );
}

function isOfType(type: string, value: unknown): boolean {
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'array') return Array.isArray(value);
  if (type === 'null') return value === null;
  return type === 'object' ? isBlock(value) : typeof value === type;
}

function isInBounds({ minimum, maximum }: SchemaNode, value: number): boolean {
  return value >= (minimum ?? value) && value <= (maximum ?? value);
}

function isText({ minLength, pattern }: SchemaNode, value: string): boolean {
  return value.length >= (minLength ?? 0) && new RegExp(pattern ?? '', 'u').test(value);
}

function isList({ minItems, items }: SchemaNode, value: readonly unknown[]): boolean {
  return value.length >= (minItems ?? 0) && value.every((item) => isValid(items ?? {}, item));
}

function isObject(node: SchemaNode, value: Readonly<Record<string, unknown>>): boolean {
  const { properties = {}, required = [], additionalProperties, propertyNames } = node;
  return (
    required.every((key) => Object.hasOwn(value, key)) &&
    Object.entries(value).every(([key, inner]) => {
      const known = Object.hasOwn(properties, key) ? properties[key] : additionalProperties;
      return known !== false && isValid(known ?? {}, inner) && isValid(propertyNames ?? {}, key);
    })
  );
}

function isBlock(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
