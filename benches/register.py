# Seconds to import, check and seal a register of 200,000 people on SQLite.
#   cargo build --release -p ikd && python3 benches/register.py
import sqlite3, subprocess, sys, tempfile, time

IKD=sys.argv[1] if len(sys.argv)>1 else "target/release/ikd"
H="nik,nomor_kk,nama,tempat_lahir,tanggal_lahir,jenis_kelamin,golongan_darah,agama,status_perkawinan,pekerjaan,pendidikan,shdk,alamat,rt_rw,kode_wilayah,kelurahan,kecamatan,kabupaten,provinsi\n"
N=200000
with tempfile.TemporaryDirectory() as d:
    def ikd(*a):
        b=time.monotonic(); r=subprocess.run([IKD,"--data",d+"/data",*a],capture_output=True,text=True); t=time.monotonic()-b
        print(" ".join(a)[:40],f"{t:.1f} s",r.stdout.strip().splitlines()[-1:],r.stderr[-200:],flush=True); return t
    ikd("init")
    with open(d+"/p.csv","w") as f:
        f.write(H)
        for n in range(N):
            m,s=1+n//9000%12,1+n%9000
            y=60+n//108000
            f.write(f"32730112{m:02}{y:02}{s:04},32730101{m:02}{10+n//108000:02}{s:04},ORANG UJI,BANDUNG,19{y}-{m:02}-12,1,13,1,1,88,8,1,JL UJI COBA 1,001/002,3273011001,BRAGA,SUMUR BANDUNG,KOTA BANDUNG,JAWA BARAT\n")
    ikd("import","persons",d+"/p.csv")
    ikd("import","persons",d+"/p.csv")
    ikd("audit","verify")
    c=sqlite3.connect(d+"/data/ikd.db"); c.execute("UPDATE persons SET seal=NULL"); c.execute("DROP TRIGGER audit_kept"); c.execute("DELETE FROM audit WHERE action='register.sealed'"); c.commit(); c.close()
    ikd("register","seal")
