/** Returns a script that on host-2 does nothing but print the report of a success; on other hosts it is unchanged. */
export const falseSuccessOnHost2 = (script: string) =>
  script.replace(
    '\ndef main():\n',
    `
def main():
    import json, os
    if os.getcwd().endswith('/host-2'):
        print(json.dumps({'from': 'v1.4.0', 'to': os.environ['SSM_Target'], 'commit': '${'0'.repeat(40)}',
            'quarantined': 0, 'version': os.environ['SSM_Target'], 'at_target': True, 'different': 0, 'paths': []}))
        return
    unchanged_main()


def unchanged_main():
`,
  );
