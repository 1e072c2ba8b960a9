"""stress.py OUT: pictures that must be given up quickly, and several-code / big / curved pictures. Manifest as gen.py's."""
import sys, os, json, numpy as np, cv2, segno, random
out=sys.argv[1]; os.makedirs(out+"/img",exist_ok=True); man=open(out+"/manifest.jsonl","w"); rng=np.random.default_rng(7); random.seed(7)
def put(name,cls,im,text="?"):
    fn=f"img/{cls}_{name}.png"; cv2.imwrite(f"{out}/{fn}",np.clip(im,0,255).astype(np.uint8),[cv2.IMWRITE_PNG_COMPRESSION,1]); man.write(json.dumps(dict(file=fn,cls=cls,params={},text=text))+"\n")
A="0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
def qr(v,e='M',seed=0):
    r=random.Random(seed); cap={5:100,10:300,15:580,20:950,25:1430,27:1600,40:3300}[v]
    t="".join(r.choice(A) for _ in range(cap)); q=segno.make(t,version=v,error=e,mode='alphanumeric',boost_error=False)
    return t,np.array([[1 if c else 0 for c in row] for row in q.matrix],np.uint8)
def draw(m,s,quiet=4): return np.kron(np.where(np.pad(m,quiet)==1,20,235).astype(np.float32),np.ones((s,s),np.float32))
def scramble(m):
    n=m.shape[0]; k=m.copy(); b=rng.integers(0,2,(n,n)).astype(np.uint8)
    k[9:n-8,9:n-8]=b[9:n-8,9:n-8]; k[6]=m[6]; k[:,6]=m[:,6]
    return k
put("noise15","giveup",rng.integers(0,256,(1500,1500))); put("noise12m","giveup",rng.integers(0,256,(3000,4000)))
b=cv2.GaussianBlur(rng.integers(0,256,(1500,1500)).astype(np.float32),(0,0),3); b=(b-b.mean())*10+128; put("blobs15","giveup",b)
b=cv2.GaussianBlur(rng.integers(0,256,(3000,4000)).astype(np.float32),(0,0),4); b=(b-b.mean())*14+128; put("blobs12m","giveup",b)
t=np.full((1500,1200),240,np.uint8)
for y in range(30,1480,24): cv2.putText(t,"".join(random.choice("abcdefghijklmnop QRSTUVWX 0123456789") for _ in range(70)),(10,y),cv2.FONT_HERSHEY_SIMPLEX,.6,30,1)
put("text15","giveup",t); put("text12m","giveup",cv2.resize(t,(3000,4000)))
ch=np.kron((np.indices((150,150)).sum(0)%2)*255,np.ones((10,10))); put("check15","giveup",ch)
f=np.zeros((9,9)); f[1:8,1:8]=1; f[2:7,2:7]=0; f[3:6,3:6]=1
put("finders15","giveup",255-255*np.tile(np.kron(f,np.ones((5,5))),(33,33)))
rd=255-255*np.tile(np.pad(np.kron(f,np.ones((4,4))),60),(9,9)); put("finders15b","giveup",rd)
bigf=np.zeros((1500,1500))
for _ in range(300):
    s=int(rng.integers(3,8)); x,y=rng.integers(0,1500-9*s,2); bigf[y:y+9*s,x:x+9*s]=np.kron(f,np.ones((s,s)))
put("findersrnd","giveup",255-255*bigf); 
for v in (10,25,40): put(f"scr{v}","giveup",draw(scramble(qr(v)[1]),7 if v==40 else 8)); put(f"scrblur{v}","giveup",cv2.GaussianBlur(draw(scramble(qr(v)[1]),7),(0,0),4.5))
sc=[draw(scramble(qr(15,seed=i)[1]),5) for i in range(4)]; put("scr4","giveup",np.vstack([np.hstack(sc[:2]),np.hstack(sc[2:])]))
sc=np.hstack([np.vstack([draw(scramble(qr(10,seed=i*5+j)[1]),4) for i in range(5)]) for j in range(5)]); put("scr25","giveup",sc)
put("scr12m","giveup",cv2.copyMakeBorder(draw(scramble(qr(25)[1]),20),250,250,500,1000,cv2.BORDER_CONSTANT,value=120)[:3000,:4000])
put("grad","giveup",np.tile(np.linspace(0,255,1500),(1500,1))); put("black","giveup",np.zeros((1000,1000))); 
# several codes in one picture: text of the i-th must be found (one manifest line each)
def scene(codes,W=1400,H=1400,ppm=(4,6),blur=0,noise=0):
    im=np.full((H,W),150,np.float32); 
    for (t,m),(cx,cy) in codes:
        s=draw(m,8); n=s.shape[0]; p=rng.uniform(*ppm); a=np.deg2rad(rng.uniform(-25,25)); k=p/8
        M=np.array([[k*np.cos(a),-k*np.sin(a),0],[k*np.sin(a),k*np.cos(a),0]]); c=M[:,:2]@[n/2,n/2]; M[:,2]=[cx-c[0],cy-c[1]]
        w=cv2.warpAffine(cv2.GaussianBlur(s,(0,0),.45/k),M,(W,H)); mk=cv2.warpAffine(np.ones_like(s),M,(W,H)); im=w*mk+im*(1-mk)
    if blur: im=cv2.GaussianBlur(im,(0,0),blur)
    return im+rng.normal(0,noise,im.shape) if noise else im
for k,(bl,no) in enumerate([(0,0),(1.5,0),(0,25),(2.2,6),(3.0,2)]):
    cs=[(qr(10,seed=100+k*4+i),c) for i,c in enumerate([(350,350),(1050,350),(350,1050),(1050,1050)])]
    im=scene(cs,blur=bl,noise=no)
    for i,((t,m),_) in enumerate(cs): put(f"{k}_{i}","four",im,t)
# 12 MP photos of a code of various size
for k,p in enumerate([4.0,6.0,9.0,14.0,20.0]):
    t,m=qr(20,seed=200+k); c=(1200+rng.uniform(0,800),1300+rng.uniform(0,300)); im=scene([((t,m),c)],4000,3000,(p,p+.01),blur=.35*p,noise=8); put(f"{k}","photo12",im,t)
# curved paper: sinusoidal bend along one axis (amplitude in modules)
for v in (10,15,20,25):
  for amp in (.5,1,2,3):
    t,m=qr(v,seed=300+v+int(amp*10)); s=draw(m,6,6); n=s.shape[0]; yy,xx=np.mgrid[0:n,0:n].astype(np.float32); d=amp*6*np.sin(np.pi*xx/n+.3)
    im=cv2.remap(s,xx+.5*d,yy+d,cv2.INTER_LINEAR,borderValue=235); im=cv2.GaussianBlur(im,(0,0),2.0)+rng.normal(0,8,im.shape); put(f"v{v}_{amp}","curved",im,t)
for v in (1,2,4,5,6,7):
    q=segno.make("HELLO%d"%v,version=v,error='m',mode='alphanumeric',boost_error=False); m=np.array([[1 if c else 0 for c in r] for r in q.matrix],np.uint8)
    for k,(bl,no) in enumerate([(0,0),(4,5),(0,60)]): put(f"v{v}_{k}","small",cv2.GaussianBlur(draw(m,6),(0,0),bl)+rng.normal(0,no,(0,)).sum()+rng.normal(0,no+.01,draw(m,6).shape) if bl else draw(m,6)+rng.normal(0,no+.01,draw(m,6).shape),"HELLO%d"%v)
t,m=qr(10,seed=9); put("inv","other",255-draw(m,5),t); put("mirror","other",draw(m,5)[:,::-1],t); put("mirrorblur","other",cv2.GaussianBlur(draw(m,5)[:,::-1],(0,0),3.3),t); put("quiet1","other",np.pad(draw(m,5,1),40,constant_values=100),t); put("quiet0","other",np.pad(draw(m,5,0),40,constant_values=200),t)
t,m=qr(40,seed=9); put("v40","other",draw(m,4),t); put("v40blur","other",cv2.GaussianBlur(draw(m,4),(0,0),2.6),t)
t,m=qr(25,seed=10); put("ppm2","other",cv2.GaussianBlur(draw(m,2),(0,0),.7),t); put("ppm1.6","other",cv2.resize(draw(m,8),None,fx=.2,fy=.2,interpolation=cv2.INTER_AREA),t)
