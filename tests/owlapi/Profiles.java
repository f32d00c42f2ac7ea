import java.io.File;
import org.semanticweb.owlapi.apibinding.OWLManager;
import org.semanticweb.owlapi.profiles.OWL2DLProfile;
import org.semanticweb.owlapi.profiles.OWL2RLProfile;
import org.semanticweb.owlapi.profiles.OWLProfile;

/** Says of an ontology file whether OWLAPI finds it in OWL 2 DL and OWL 2 RL; exits 3 where it does not. */
public final class Profiles {
    /** Java itself exits 1 where it fails. */
    private static final int VIOLATION = 3;

    public static void main(String[] arguments) throws Exception {
        var ontology = OWLManager.createOWLOntologyManager().loadOntologyFromOntologyDocument(new File(arguments[0]));
        System.out.println(ontology.getAxiomCount() + " axioms");
        var all = true;
        for (OWLProfile profile : new OWLProfile[] {new OWL2DLProfile(), new OWL2RLProfile()}) {
            var report = profile.checkOntology(ontology);
            System.out.println(profile.getName() + ": " + (report.isInProfile() ? "yes" : "NO"));
            report.getViolations().forEach(violation -> System.out.println("  " + violation));
            all &= report.isInProfile();
        }
        System.exit(all ? 0 : VIOLATION);
    }
}
