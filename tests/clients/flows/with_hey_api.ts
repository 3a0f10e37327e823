// The calls of test_flows.py with the client of @hey-api/openapi-ts.
import {
  createConnection,
  createEnvironment,
  createOverride,
  createProject,
  getConnection,
  getEffectiveConnection,
  listConnections,
  replaceConnection,
  replaceOverride,
  type ListConnectionsData,
  type NewConnection,
  type SecretReference,
  type WarehouseProperties,
} from "../../../.clients/hey-api";
import { client } from "../../../.clients/hey-api/client.gen";
import { main, present } from "./facts";

function basic(name: string, secretName: string): NewConnection {
  return {
    name,
    platformConnectionType: "COMPONENT_BASIC",
    authProvider: "NONE",
    authType: "GENERIC_SECRET",
    connectionDetails: { connectionProperties: { secretName } },
  };
}

main(async (apiUrl, token) => {
  client.setConfig({ baseUrl: apiUrl, auth: token });
  const facts: Record<string, unknown> = {};

  const refused = await createProject({ body: { name: " Analytics" } });
  if (refused.error?.type !== "/v1/problems/invalid-request") throw new Error(JSON.stringify(refused.error));
  facts.invalid = refused.error.errors.map((error) => [error.in, error.pointer, error.code]);

  const project = present((await createProject({ body: { name: "Analytics" } })).data);
  const path = { projectId: project.projectId };
  for (const body of [{ name: "PROD", protected: true, inheritDefaults: false }, { name: "TEST" }])
    await createEnvironment({ path, body });
  const warehouse: NewConnection = {
    name: "Warehouse",
    platformConnectionType: "DWH",
    authProvider: "snowflake",
    authType: "KEY_PAIR",
  };
  for (const body of [basic("Marketo", "dev-marketo"), basic("Salesforce", "dev-salesforce"), warehouse])
    await createConnection({ path, body });

  const connectionOverrides: SecretReference = {
    secretsLocation: { type: "AWS_SECRET_MANAGER", region: "us-east-1" },
    connectionProperties: { secretName: "prod-salesforce", secretKey: "apiKey" },
  };
  const create = (environmentName: string) =>
    createOverride({
      path,
      body: { authType: "GENERIC_SECRET", environmentName, connectionName: "Salesforce", connectionOverrides },
    });
  const first = await create("PROD");
  for (const { error } of [await create("PROD"), await create("TEST")]) {
    const problem = present(error);
    switch (problem.type) {
      case "/v1/problems/override-already-exists":
        facts.again = problem.type;
        break;
      case "/v1/problems/shared-secret-reference":
        facts.shared = problem.dependents.map((one) => [one.kind, one.environmentName, one.connectionName]);
        break;
      default:
        throw new Error(problem.detail);
    }
  }

  const replace = () =>
    replaceOverride({
      path: { ...path, environmentName: "PROD", connectionName: "Salesforce" },
      headers: { "If-Match": present(first.response?.headers.get("ETag")) },
      body: { authType: "GENERIC_SECRET", connectionOverrides },
    });
  const replaced = present((await replace()).data);
  const stale = await replace();
  facts.stale = [replaced.revision, stale.error?.type];

  const list = async (query: ListConnectionsData["query"]) => present((await listConnections({ path, query })).data);
  const page = await list({ limit: 2 });
  const rest = await list({ limit: 2, cursor: present(page.nextCursor) });
  const named = await list({ connectionNames: ["Warehouse", "Salesforce"] });
  facts.lists = [page, rest, named].map((part) => part.results.map((one) => one.name));

  const item = { path: { ...path, connectionName: "Warehouse" } };
  const connectionProperties: WarehouseProperties = {
    account: { value: "acme-dev" },
    privateKey: { secretName: "dev-warehouse", secretKey: "key" },
  };
  await replaceConnection({ ...item, body: { connectionDetails: { connectionProperties } } });
  const read = present((await getConnection(item)).data);
  const written = present((await replaceConnection({ ...item, body: read })).data);
  facts.warehouse = [written.revision, written.connectionDetails?.connectionProperties];

  const effective = present(
    (
      await getEffectiveConnection({
        path: { ...path, environmentName: "PROD", connectionName: "Salesforce" },
        query: { explain: true },
      })
    ).data,
  );
  facts.effective = [effective.source, present(effective.trace).map((step) => [step.question, step.finding])];
  return facts;
});
