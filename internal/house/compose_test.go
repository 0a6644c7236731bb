package house

import (
	"context"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/compose-spec/compose-go/v2/types"

	"o2c/postgres"
)

// oneShots are the services that do their work and end; all others run and say whether they are well.
var oneShots = []string{"temporal-schema", "temporal-namespace", "migrate", "seed"}

func TestComposeNamesItsImagesExactly(t *testing.T) {
	t.Parallel()
	tag := regexp.MustCompile(`:v?[0-9]+(\.[0-9]+)+(-[a-z0-9.]+)?$`)
	for name, service := range compose(t).Services {
		if service.Build != nil {
			continue // the product itself; its Dockerfile is looked at below
		}
		if !tag.MatchString(service.Image) {
			t.Errorf("%s: the image %q has no exact version", name, service.Image)
		}
	}
	dockerfile := read(t, "Dockerfile")
	for _, from := range regexp.MustCompile(`(?m)^FROM (\S+)`).FindAllStringSubmatch(dockerfile, -1) {
		if !tag.MatchString(from[1]) {
			t.Errorf("Dockerfile: the image %q has no exact version", from[1])
		}
	}
	if strings.Contains(compose(t).Services["temporal-schema"].Image, "auto-setup") {
		t.Error("temporalio/auto-setup is deprecated")
	}
}

func TestComposeListensOnThisMachineOnly(t *testing.T) {
	t.Parallel()
	for name, service := range compose(t).Services {
		for _, port := range service.Ports {
			if port.HostIP != "127.0.0.1" {
				t.Errorf("%s: port %s is bound to %q", name, port.Published, port.HostIP)
			}
		}
		if service.NetworkMode == "host" || service.Privileged {
			t.Errorf("%s has more of the machine than it needs", name)
		}
	}
}

func TestComposeServicesSayWhetherTheyAreWell(t *testing.T) {
	t.Parallel()
	project := compose(t)
	for _, name := range oneShots {
		if _, ok := project.Services[name]; !ok {
			t.Errorf("there is no service %s", name)
		}
	}
	for name, service := range project.Services {
		once := slices.Contains(oneShots, name)
		if healthy := service.HealthCheck != nil && len(service.HealthCheck.Test) > 1; healthy == once {
			t.Errorf("%s: has a health check = %t, does its work and ends = %t", name, healthy, once)
		}
		if want := map[bool]string{true: "no", false: "unless-stopped"}[once]; service.Restart != want {
			t.Errorf("%s: restart = %q, want %q", name, service.Restart, want)
		}
		for other, dependency := range service.DependsOn {
			want := types.ServiceConditionHealthy
			if slices.Contains(oneShots, other) {
				want = types.ServiceConditionCompletedSuccessfully
			}
			if dependency.Condition != want {
				t.Errorf("%s waits for %s as %q, want %q", name, other, dependency.Condition, want)
			}
		}
	}
}

func TestComposeSeparatesTheDatabases(t *testing.T) {
	t.Parallel()
	project := compose(t)
	for name, service := range project.Services {
		if service.Build == nil {
			continue
		}
		role := map[bool]string{true: "o2c_owner", false: "o2c"}[name == "migrate"]
		if url := value(t, service, "O2C_DATABASE_URL"); !strings.HasPrefix(url, "postgres://"+role+":") || !strings.Contains(url, "/o2c?") {
			t.Errorf("%s uses %s, want role %s and database o2c", name, url, role)
		}
	}
	for _, variable := range []string{"POSTGRES_USER", "DBNAME"} {
		if got := value(t, project.Services["temporal"], variable); got != "temporal" {
			t.Errorf("Temporal's %s is %s", variable, got)
		}
	}
	script := read(t, "deploy/compose/databases.sh")
	for _, line := range []string{
		"CREATE ROLE " + postgres.Role + " NOLOGIN;", "CREATE ROLE o2c LOGIN PASSWORD :'product_password' IN ROLE " + postgres.Role + ";",
		"CREATE DATABASE o2c OWNER o2c_owner;", "GRANT CONNECT ON DATABASE o2c TO " + postgres.Role + ";", "CREATE DATABASE temporal OWNER temporal;",
		"CREATE DATABASE temporal_visibility OWNER temporal;",
	} {
		if !strings.Contains(script, line) {
			t.Errorf("databases.sh does not say %s", line)
		}
	}
}

func TestComposeMountsFilesThatExist(t *testing.T) {
	t.Parallel()
	for name, service := range compose(t).Services {
		for _, volume := range service.Volumes {
			if volume.Type != types.VolumeTypeBind {
				continue
			}
			info, err := os.Stat(volume.Source)
			if err != nil {
				t.Errorf("%s mounts %s: %v", name, volume.Source, err)
				continue
			}
			if !volume.ReadOnly {
				t.Errorf("%s can write to %s", name, volume.Source)
			}
			if strings.HasSuffix(volume.Source, ".sh") && info.Mode()&0o111 == 0 {
				t.Errorf("%s is not executable", volume.Source)
			}
			// PostgreSQL runs each script it finds there, others are started by name.
			if len(service.Entrypoint) > 0 && strings.HasSuffix(volume.Source, ".sh") &&
				!slices.Contains(service.Entrypoint, volume.Target) {
				t.Errorf("%s mounts %s and does not run it", name, volume.Target)
			}
		}
	}
}

// A search attribute that is missing makes workflows hang, so both stacks must register the same.
func TestComposeRegistersTheSearchAttributesOfTheDevelopmentStack(t *testing.T) {
	t.Parallel()
	letters := func(kind string) string { return strings.ToLower(strings.ReplaceAll(kind, "_", "")) }
	registered := map[string]string{}
	script := read(t, "deploy/compose/temporal-namespace.sh")
	for _, m := range regexp.MustCompile(`(?m)^register (\w+) (\w+)$`).FindAllStringSubmatch(script, -1) {
		registered[m[1]] = letters(m[2])
	}
	wanted := map[string]string{}
	source := read(t, "devstack/internal/engine/attributes.go")
	for _, m := range regexp.MustCompile(`"(O2C\w+)":\s+enumspb\.INDEXED_VALUE_TYPE_(\w+)`).FindAllStringSubmatch(source, -1) {
		wanted[m[1]] = letters(m[2])
	}
	if len(wanted) < 7 || !maps.Equal(registered, wanted) {
		t.Errorf("registered %v, the development stack has %v", registered, wanted)
	}
}

func TestComposeSaysOnlyWhatTheProductUnderstands(t *testing.T) {
	t.Parallel()
	known := map[string]bool{}
	for _, source := range sources(t, "cmd/o2c") {
		for _, name := range regexp.MustCompile(`O2C_[A-Z0-9_]+`).FindAllString(source, -1) {
			known[name] = true
		}
	}
	if len(known) == 0 {
		t.Fatal("cmd/o2c names no variable")
	}
	commands := map[string]bool{}
	for name, service := range compose(t).Services {
		if service.Build == nil {
			continue
		}
		for variable := range service.Environment {
			if !known[variable] {
				t.Errorf("%s sets %s, which the product does not read", name, variable)
			}
		}
		if len(service.Command) == 0 {
			t.Errorf("%s does not say which command it runs", name)
			continue
		}
		commands[service.Command[0]] = true
	}
	for _, m := range regexp.MustCompile(`(?m)^CMD \["(\w+)"\]`).FindAllStringSubmatch(read(t, "Dockerfile"), -1) {
		commands[m[1]] = true
	}

	binary := filepath.Join(t.TempDir(), "o2c")
	goCommand(t, "build", "-o", binary, "./cmd/o2c")
	for command := range commands {
		// cobra answers --help of an unknown command with the root's help.
		out, err := exec.CommandContext(t.Context(), binary, command, "--help").CombinedOutput()
		if err != nil || !strings.Contains(string(out), "o2c "+command) {
			t.Errorf("o2c has no command %s: %v\n%s", command, err, out)
		}
	}
}

// compose loads docker-compose.yml as the docker command does, without the environment of whoever runs the test.
func compose(t *testing.T) *types.Project {
	t.Helper()
	options, err := cli.NewProjectOptions(
		[]string{filepath.Join(root(t), "docker-compose.yml")},
		cli.WithWorkingDirectory(root(t)), cli.WithInterpolation(true), cli.WithResolvedPaths(true),
	)
	if err != nil {
		t.Fatal(err)
	}
	project, err := options.LoadProject(context.WithoutCancel(t.Context()))
	if err != nil {
		t.Fatal(err)
	}
	return project
}

func value(t *testing.T, service types.ServiceConfig, variable string) string {
	t.Helper()
	v := service.Environment[variable]
	if v == nil {
		t.Fatalf("%s does not set %s", service.Name, variable)
	}
	return *v
}

func read(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(root(t), path))
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// sources reads the Go files of a folder, without tests.
func sources(t *testing.T, dir string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(root(t), dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	var contents []string
	for _, file := range files {
		if !strings.HasSuffix(file, "_test.go") {
			contents = append(contents, read(t, filepath.Join(dir, filepath.Base(file))))
		}
	}
	return contents
}
