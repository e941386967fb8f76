import { configurationJsonSchema } from '../../lib/core/config/json-schema.ts';

const PATH = 'm2m-watch.schema.json';

/** The JSON Schema of the configuration, for editors. It is made from the schema that parses the configuration. */
export const generator = {
  path: PATH,
  generate: (): string => {
    const { $schema, ...schema } = configurationJsonSchema() as Readonly<Record<string, unknown>>;
    const title = 'm2m-watch configuration';
    return `${JSON.stringify({ $schema, title, ...schema }, null, 2)}\n`;
  },
};
