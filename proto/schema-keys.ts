/** What a zod schema knows at a path: the keys of its objects, or the values of a discriminator. Pure. */
import type { z } from 'zod';

type Definition = {
  type: string;
  shape?: Record<string, z.ZodType>;
  valueType?: z.ZodType;
  element?: z.ZodType;
  innerType?: z.ZodType;
  in?: z.ZodType;
  options?: z.ZodType[];
  discriminator?: string;
  getter?: () => z.ZodType;
  values?: unknown[];
  entries?: Record<string, unknown>;
};

function definitionOf(schema: z.ZodType): Definition {
  return schema.def as unknown as Definition;
}

/** The schemas that may stand behind wrappers and unions; a discriminator in `value` narrows them. */
function alternatives(schema: z.ZodType, value: unknown): z.ZodType[] {
  const definition = definitionOf(schema);
  if (definition.type === 'lazy' && definition.getter) return alternatives(definition.getter(), value);
  if (definition.type === 'pipe' && definition.in) return alternatives(definition.in, value);
  if (definition.innerType) return alternatives(definition.innerType, value);
  if (definition.type !== 'union' || !definition.options) return [schema];
  const { discriminator } = definition;
  const options = definition.options.flatMap((option) => alternatives(option, value));
  if (!discriminator) return options;
  const named = (value as Record<string, unknown> | null)?.[discriminator];
  const narrowed = options.filter((option) =>
    valuesOf(definitionOf(option).shape?.[discriminator]).includes(String(named)),
  );
  return narrowed.length > 0 ? narrowed : options;
}

function valuesOf(schema: z.ZodType | undefined): string[] {
  if (!schema) return [];
  const definition = definitionOf(schema);
  return (definition.values ?? Object.values(definition.entries ?? {})).map(String);
}

/** The keys of an object that may be used: one that is always refused is no help to anybody. */
function keysOf(schema: z.ZodType): string[] {
  const shape = definitionOf(schema).shape ?? {};
  return Object.keys(shape).filter((key) => {
    const definition = definitionOf(shape[key]!);
    return definition.type !== 'never' && definition.innerType?.def.type !== 'never';
  });
}

/**
 * The keys that objects at `path` may have; when `path` leads to a literal or an enumeration (a
 * discriminator), the values it may have. `raw` is the whole value the path leads into.
 */
export function knownKeys(schema: z.ZodType, path: PropertyKey[], raw: unknown): string[] {
  let level = alternatives(schema, raw);
  let value = raw;
  for (const step of path) {
    const next =
      value !== null && typeof value === 'object' ? (value as Record<PropertyKey, unknown>)[step] : undefined;
    level = level.flatMap((one) => {
      const definition = definitionOf(one);
      const child = definition.shape?.[String(step)] ?? definition.valueType ?? definition.element;
      return child ? alternatives(child, next) : [];
    });
    value = next;
  }
  return [...new Set(level.flatMap((one) => [...keysOf(one), ...valuesOf(one)]))];
}
