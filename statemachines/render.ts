import { mkdirSync, writeFileSync } from 'node:fs';
import { readInfra, renderedFile, renderedText, stateMachines } from './files.ts';

// `npm run render`: writes statemachines/rendered from infra/, for review and deployment.
mkdirSync(new URL('.', renderedFile('any')), { recursive: true });
for (const [name, machine] of Object.entries(stateMachines(readInfra()))) {
  writeFileSync(renderedFile(name), renderedText(machine));
  console.log(`statemachines/rendered/${name}.asl.json`);
}
