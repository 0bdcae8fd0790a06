// Writes the module through which the copied app finds Fastify: `node name-fastify.mjs URL`.
import { writeFileSync } from 'node:fs';

writeFileSync('fastify.mjs', `export { default } from ${JSON.stringify(process.argv[2])};\n`);
