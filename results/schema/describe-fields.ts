/** Turns one JSON Schema into rows of a table: path, type in words, description. */
import type { z } from 'zod';

type JsonSchema = z.core.JSONSchema.JSONSchema;
type Part = JsonSchema | boolean;

export interface FieldRow {
  /** `counts.errors`, `trials[].id`, `outcome(failed).failure`. */
  readonly path: string;
  /** Markdown. */
  readonly type: string;
  readonly text: string;
}

/** A row for each field; objects without a name of their own are opened in place. */
export function rowsOf(schema: JsonSchema, prefix = ''): readonly FieldRow[] {
  if (schema.properties === undefined) {
    return alternativesOf(schema).flatMap((each) => rowsOf(each, `${prefix}(${discriminatorOf(each)}).`));
  }
  return Object.entries(schema.properties).flatMap(([name, field]) => {
    const part = objectOf(field);
    const path = `${prefix}${name}`;
    const text = escapeCell(part.description ?? '');
    return [{ path, type: typeOf(part), text }, ...inner(part, path)];
  });
}

function inner(schema: JsonSchema, path: string): readonly FieldRow[] {
  if (schema.properties !== undefined) return rowsOf(schema, `${path}.`);
  if (schema.type === 'array' && isPart(schema.items)) return inner(objectOf(schema.items), `${path}[]`);
  if (isPart(schema.additionalProperties)) return inner(objectOf(schema.additionalProperties), `${path}{}`);
  const alternatives = alternativesOf(schema);
  if (alternatives.length === 1 && alternatives[0] !== undefined) return inner(alternatives[0], path);
  return alternatives.flatMap((each) => rowsOf(each, `${path}(${discriminatorOf(each)}).`));
}

function typeOf(schema: JsonSchema): string {
  if (schema.$ref !== undefined) return linkTo(schema.$ref);
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${String(value)}\``).join(', ');
  const all = schema.anyOf ?? schema.oneOf ?? schema.allOf;
  if (all !== undefined) {
    return [...new Set(all.map((each) => typeOf(objectOf(each))))].join(
      schema.allOf === undefined ? ' or ' : ' and ',
    );
  }
  if (Array.isArray(schema.type)) return schema.type.join(' or ');
  if (schema.type === 'array')
    return `list of ${isPart(schema.items) ? typeOf(objectOf(schema.items)) : 'anything'}`;
  if (schema.type === 'object' && isPart(schema.additionalProperties)) {
    return `map of ${typeOf(objectOf(schema.additionalProperties))}`;
  }
  if (schema.format === 'date-time') return 'instant';
  const least = schema.minimum === undefined || schema.minimum < -1e9 ? '' : ` ≥ ${schema.minimum}`;
  return `${schema.type ?? 'anything'}${least}`;
}

const alternativesOf = (schema: JsonSchema): readonly JsonSchema[] =>
  (schema.anyOf ?? schema.oneOf ?? []).map(objectOf).filter((each) => each.properties !== undefined);

/** The constant that tells one alternative of a union from the others. */
function discriminatorOf(schema: JsonSchema): string {
  const constants = Object.values(schema.properties ?? {}).map((field) => objectOf(field).const);
  return String(constants.find((value) => value !== undefined) ?? 'other');
}

function linkTo(ref: string): string {
  const name = ref.split('/').at(-1) ?? ref;
  return `[${name}](#${name.toLowerCase()})`;
}

/** `items` may also be a list of schemas (tuples); records have none. */
const isPart = (value: Part | Part[] | undefined): value is Part =>
  typeof value === 'object' && !Array.isArray(value);

const objectOf = (part: Part): JsonSchema => (typeof part === 'boolean' ? {} : part);

const escapeCell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
