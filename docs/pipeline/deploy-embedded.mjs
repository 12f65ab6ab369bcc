// Stands for your own deployment: gives a version to every host of the embedded account.
//
//     node docs/pipeline/deploy-embedded.mjs v1.4.0

const address = process.env['AWS_ENDPOINT_URL'] ?? 'http://127.0.0.1:4599';
const [version] = process.argv.slice(2);
if (!version) throw new Error('Name the version: node docs/pipeline/deploy-embedded.mjs v1.4.0');

const { hosts } = await (await fetch(`${address}/_account`)).json();
for (const { name } of hosts) {
  const answer = await fetch(`${address}/_account/hosts/${name}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ does: 'deploy', with: version }),
  });
  if (!answer.ok) throw new Error(`${name} did not get ${version}: ${await answer.text()}`);
  console.log(`${name} runs ${version}.`);
}
