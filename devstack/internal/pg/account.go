package pg

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"

	"o2c/devstack/internal/proc"
)

// elsewhere holds the clusters of root whose own folder the server's account cannot reach.
const elsewhere = "/var/lib/o2c-dev"

// Home is the folder of a cluster and the account that the server runs as.
type Home struct {
	Dir   string
	As    *proc.User // nil is the current user
	Moved bool       // Dir is not the wanted folder, because the account cannot reach that one
}

// Place finds the folder of a cluster, or makes it. For an ordinary user that is wanted itself. PostgreSQL refuses to run as
// root: then it runs as the owner of the cluster that is there, else as "postgres" or "nobody", and if that account cannot
// reach the folder (a checkout below a closed home) the cluster lies below /var/lib/o2c-dev instead.
func Place(wanted string) (Home, error) {
	if os.Geteuid() != 0 {
		return Home{Dir: wanted}, os.MkdirAll(wanted, 0o700)
	}
	sum := sha256.Sum256([]byte(wanted))
	moved := filepath.Join(elsewhere, hex.EncodeToString(sum[:6]))
	for _, dir := range []string{wanted, moved} {
		if owner := clusterOwner(dir); owner != nil {
			return Home{Dir: dir, As: owner, Moved: dir == moved}, nil
		}
	}
	account, err := serverAccount()
	if err != nil {
		return Home{}, err
	}
	home := Home{Dir: wanted, As: account}
	if !reachable(filepath.Dir(wanted), account) {
		home.Dir, home.Moved = moved, true
	}
	if err := os.MkdirAll(filepath.Dir(home.Dir), 0o755); err != nil {
		return Home{}, err
	}
	if err := os.MkdirAll(home.Dir, 0o700); err != nil {
		return Home{}, err
	}
	return home, home.give(home.Dir)
}

// clusterOwner is the account that a cluster belongs to, nil when there is no cluster. The account of a first start need
// not be the one that a later start would choose: installing PostgreSQL makes the user postgres.
func clusterOwner(home string) *proc.User {
	info, err := os.Stat(dataDir(home))
	if err != nil {
		return nil
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok || stat.Uid == 0 {
		return nil
	}
	owner := &proc.User{Name: fmt.Sprint(stat.Uid), UID: stat.Uid, GID: stat.Gid}
	if account, err := user.LookupId(owner.Name); err == nil {
		owner.Name = account.Username
	}
	return owner
}

// give makes the server's account the owner of a file.
func (h Home) give(path string) error {
	if h.As == nil {
		return nil
	}
	return os.Chown(path, int(h.As.UID), int(h.As.GID))
}

// serverAccount chooses the account that root runs a new cluster as.
func serverAccount() (*proc.User, error) {
	for _, name := range []string{"postgres", "nobody"} {
		account, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err1 := strconv.ParseUint(account.Uid, 10, 32)
		gid, err2 := strconv.ParseUint(account.Gid, 10, 32)
		if err1 == nil && err2 == nil && uid != 0 {
			return &proc.User{Name: name, UID: uint32(uid), GID: uint32(gid)}, nil
		}
	}
	return nil, fmt.Errorf("PostgreSQL does not run as root and there is no user postgres or nobody: start as an ordinary user or set O2C_DATABASE_URL")
}

// reachable tells whether an account may enter a folder, by the permissions of the folder and of all above it. Folders that
// do not exist yet are made with permissions that let everybody in.
func reachable(folder string, account *proc.User) bool {
	for {
		if info, err := os.Stat(folder); err == nil && !mayEnter(info, account) {
			return false
		}
		parent := filepath.Dir(folder)
		if parent == folder {
			return true
		}
		folder = parent
	}
}

func mayEnter(info os.FileInfo, account *proc.User) bool {
	mode := info.Mode().Perm()
	if stat, ok := info.Sys().(*syscall.Stat_t); ok {
		switch {
		case stat.Uid == account.UID:
			return mode&0o100 != 0
		case stat.Gid == account.GID:
			return mode&0o010 != 0
		}
	}
	return mode&0o001 != 0
}
