// Stands for your own deployment: gives a version to every host of the embedded account, or to the named ones.
//
//     node docs/pipeline/deploy-embedded.mjs v1.4.0
//     node docs/pipeline/deploy-embedded.mjs v1.4.0 host-1 host-2

const address = process.env['AWS_ENDPOINT_URL'] ?? 'http://127.0.0.1:4599';
const [version, ...names] = process.argv.slice(2);
if (!version) throw new Error('Name the version: node docs/pipeline/deploy-embedded.mjs v1.4.0');

const { hosts } = await (await fetch(`${address}/_account`)).json();
const unknown = names.find((name) => !hosts.some((host) => host.name === name));
if (unknown) throw new Error(`There is no host ${unknown}; there are ${hosts.map(({ name }) => name).join(', ')}.`);
for (const { name } of hosts.filter((host) => names.length === 0 || names.includes(host.name))) {
  const answer = await fetch(`${address}/_account/hosts/${name}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ does: 'deploy', with: version }),
  });
  const text = await answer.text();
  // A host of the canary group has it already.
  if (!answer.ok && !text.includes('already')) throw new Error(`${name} did not get ${version}: ${text}`);
  console.log(`${name} runs ${version}.`);
}
